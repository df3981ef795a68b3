const app = getApp()

Page({
  data: {
    "greeting": "Good tea, by the water",
    "open": true,
    "favourites": [
      { "id": "longjing", "name": "Longjing", "kind": "Green", "price": 28, "image": "/images/longjing.png" },
      { "id": "dianhong", "name": "Dianhong", "kind": "Black", "price": 26, "image": "/images/dianhong.png" }
    ]
  },

  onShareAppMessage: function () {
    return { title: 'Harbour Tea', path: '/pages/home/home' }
  },

  onAdd: function (event) {
    app.add(event.detail.id)
    wx.showToast({ title: 'In your basket' })
  }
})
