// The teas of the house. Prices in yuan.
const teas = [
  { id: 'longjing', name: 'Longjing', kind: 'Green', price: 28, image: '/images/longjing.png' },
  { id: 'tieguanyin', name: 'Tieguanyin', kind: 'Oolong', price: 32, image: '/images/tieguanyin.png' },
  { id: 'dianhong', name: 'Dianhong', kind: 'Black', price: 26, image: '/images/dianhong.png' },
  { id: 'baimudan', name: 'Bai Mudan', kind: 'White', price: 36, image: '/images/baimudan.png' }
]

function find(id) {
  return teas.find(function (tea) { return tea.id === id }) || teas[0]
}

function total(lines) {
  return lines.reduce(function (sum, line) { return sum + line.price * line.count }, 0)
}

module.exports = { teas: teas, find: find, total: total }
