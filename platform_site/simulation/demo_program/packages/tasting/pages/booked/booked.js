Page({
  data: {
    "time": "14:00"
  },

  onLoad: function (query) {
    this.setData({ time: query.time || '14:00' })
  }
})
