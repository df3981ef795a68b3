const app = getApp()

Page({
  data: {
    "groups": [
      {
        "name": "Green and white",
        "teas": [
          { "id": "longjing", "name": "Longjing", "kind": "Green", "price": 28, "image": "/images/longjing.png" },
          { "id": "baimudan", "name": "Bai Mudan", "kind": "White", "price": 36, "image": "/images/baimudan.png" }
        ]
      },
      {
        "name": "Oolong and black",
        "teas": [
          { "id": "tieguanyin", "name": "Tieguanyin", "kind": "Oolong", "price": 32, "image": "/images/tieguanyin.png" },
          { "id": "dianhong", "name": "Dianhong", "kind": "Black", "price": 26, "image": "/images/dianhong.png" }
        ]
      }
    ]
  },

  onPullDownRefresh: function () {
    wx.stopPullDownRefresh()
  },

  onAdd: function (event) {
    app.add(event.detail.id)
    wx.showToast({ title: 'In your basket' })
  }
})
