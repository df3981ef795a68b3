Component({
  properties: {
    amount: Number
  }
})
