const app = getApp()
const shop = require('../../utils/shop.js')

Page({
  data: {
    "tea": { "id": "longjing", "name": "Longjing", "kind": "Green", "price": 28, "image": "/images/longjing.png" },
    "steps": ["Warm the glass", "3 g of leaves", "80 °C, two minutes"]
  },

  onLoad: function (query) {
    const tea = shop.find(query.id)
    this.setData({ tea: tea })
    wx.setNavigationBarTitle({ title: tea.name })
  },

  add: function () {
    app.add(this.data.tea.id)
    wx.switchTab({ url: '/pages/basket/basket' })
  }
})
