// Runs inside the report: filter, verdict chips, keys, deep links, and the diagram of an opened case. Without it everything is still there to read.
const filter = document.getElementById('filter')
const cases = [...document.querySelectorAll('.case')]
const chips = [...document.querySelectorAll('.chip[data-verdict]')]
const differing = document.getElementById('only-differing')
const wanted = { protocol: null }

const pressed = (button) => button.getAttribute('aria-pressed') === 'true'
const press = (button, on) => button.setAttribute('aria-pressed', String(on))

function apply() {
  const words = filter.value
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const verdicts = new Set(chips.filter(pressed).map((chip) => chip.dataset.verdict))
  let shown = 0
  for (const one of cases) {
    const protocol = one.closest('.protocol').dataset.protocol
    const fits =
      (wanted.protocol === null || wanted.protocol === protocol) &&
      verdicts.has(one.dataset.verdict) &&
      (!pressed(differing) || 'differs' in one.dataset) &&
      words.every((word) => one.dataset.find.includes(word))
    one.hidden = !fits
    if (fits) shown++
  }
  for (const section of document.querySelectorAll('.protocol'))
    section.hidden = section.querySelector('.case:not([hidden])') === null
  document.getElementById('nothing').hidden = shown > 0
  const only = wanted.protocol === null ? '' : ` of ${wanted.protocol}`
  document.getElementById('shown').textContent =
    `${shown === cases.length ? '' : `${shown} of `}${cases.length} cases${only}`
}

function clear() {
  filter.value = ''
  wanted.protocol = null
  for (const chip of chips) press(chip, true)
  press(differing, false)
  apply()
}

function light(one) {
  const here = one.querySelector('.here')
  const graph = document.getElementById(one.dataset.graph)
  if (here === null || graph === null || here.firstChild !== null) return
  here.append(graph.querySelector('svg').cloneNode(true))
  for (const index of one.dataset.lit.split(' ')) here.querySelector(`.a${index}`)?.classList.add('lit')
  const last = here.querySelector(`.a${one.dataset.last}`)
  last?.classList.add('last')
  last?.querySelectorAll('text')[Number(one.dataset.line)]?.classList.add('on')
}

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (target === null) return
  if (target.matches('.case')) {
    if (target.hidden) clear()
    target.open = true
    target.querySelector('summary').focus({ preventScroll: true })
  } else if (target.hidden) clear()
  target.scrollIntoView()
}

function move(by) {
  const visible = cases.filter((one) => !one.hidden)
  const at = visible.findIndex((one) => one.contains(document.activeElement))
  const next = visible[at === -1 ? (by > 0 ? 0 : visible.length - 1) : at + by]
  next?.querySelector('summary').focus()
}

filter.addEventListener('input', apply)
for (const chip of chips) {
  chip.addEventListener('click', () => {
    const all = chips.every(pressed)
    // The first pick means "only this"; after that chips add and take away; none left means all again.
    if (all) for (const other of chips) press(other, other === chip)
    else press(chip, !pressed(chip))
    if (!chips.some(pressed)) for (const other of chips) press(other, true)
    apply()
  })
}
differing.addEventListener('click', () => {
  press(differing, !pressed(differing))
  apply()
})
document.getElementById('clear').addEventListener('click', clear)
for (const cell of document.querySelectorAll('[data-pick-verdict]')) {
  cell.addEventListener('click', () => {
    clear()
    wanted.protocol = cell.dataset.pickProtocol
    for (const chip of chips) press(chip, chip.dataset.verdict === cell.dataset.pickVerdict)
    apply()
    document.getElementById('cases').scrollIntoView()
  })
}
for (const one of cases) one.addEventListener('toggle', () => one.open && light(one))
for (const button of document.querySelectorAll('.copy')) {
  button.addEventListener('click', () => {
    const select = () => {
      // A file opened from disk may not be allowed to copy: select the text instead.
      getSelection().selectAllChildren(button.previousElementSibling)
      button.textContent = 'selected'
    }
    const copied = () => {
      button.textContent = 'copied'
    }
    if (navigator.clipboard === undefined) select()
    else navigator.clipboard.writeText(button.dataset.copy).then(copied, select)
  })
}
addEventListener('hashchange', openTarget)
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const typing = event.target.matches?.('input')
  if (event.key === 'Escape') {
    clear()
    filter.blur()
  } else if (typing) return
  else if (event.key === '/') filter.focus()
  else if (event.key === 'j') move(1)
  else if (event.key === 'k') move(-1)
  else return
  event.preventDefault()
})
openTarget()
