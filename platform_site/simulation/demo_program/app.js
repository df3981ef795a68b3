const shop = require('./utils/shop.js')

App({
  globalData: {
    basket: []
  },

  onLaunch: function () {
    this.globalData.basket = wx.getStorageSync('basket') || []
  },

  // Puts one tea into the basket and keeps it for the next visit.
  add: function (id) {
    const tea = shop.find(id)
    const line = this.globalData.basket.find(function (l) { return l.id === tea.id })
    if (line) {
      line.count += 1
    } else {
      this.globalData.basket.push({ id: tea.id, name: tea.name, price: tea.price, count: 1 })
    }
    wx.setStorageSync('basket', this.globalData.basket)
  }
})
