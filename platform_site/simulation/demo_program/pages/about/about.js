Page({
  data: {
    "hours": [
      { "days": "Monday to Friday", "time": "9:00–21:00" },
      { "days": "Saturday, Sunday", "time": "10:00–22:00" }
    ]
  }
})
