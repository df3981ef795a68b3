const app = getApp()
const shop = require('../../utils/shop.js')

Page({
  data: {
    "lines": [],
    "total": 0
  },

  onShow: function () {
    const lines = app.globalData.basket
    this.setData({ lines: lines, total: shop.total(lines) })
  },

  order: function () {
    wx.showModal({
      title: 'Order',
      content: 'We prepare your tea at Pier 4. Pay when you pick it up.',
      showCancel: false
    })
  }
})
