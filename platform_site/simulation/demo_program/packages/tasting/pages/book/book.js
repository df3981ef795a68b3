Page({
  data: {
    "times": ["11:00", "14:00", "16:30"],
    "chosen": "14:00"
  },

  choose: function (event) {
    this.setData({ chosen: event.detail.value })
  },

  book: function () {
    wx.redirectTo({ url: '/packages/tasting/pages/booked/booked?time=' + this.data.chosen })
  }
})
