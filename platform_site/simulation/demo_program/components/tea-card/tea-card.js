Component({
  properties: {
    tea: Object
  },

  methods: {
    add: function () {
      this.triggerEvent('add', { id: this.data.tea.id })
    }
  }
})
