import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js'

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
)

/** What `<Chart>` puts into its script block. */
interface Drawing {
  labels: string[]
  step: string
  series: { name: string; values: (number | null)[]; colour?: string; isOff?: boolean; isDashed?: boolean }[]
}

/** What somebody did to a chart stays when a newer one with its id takes its place. */
interface Kept {
  hidden: Set<string>
  showsNumbers: boolean
}

const colours = ['blue', 'green', 'red', 'yellow', 'purple']
const kept = new Map<string, Kept>()
const drawn = new Map<Chart<'bar' | 'line'>, Drawing>()

/** Draws a `<Chart>` from the numbers in it, with a button for each series, and again whenever the theme changes. */
export function draw(figure: HTMLElement): void {
  dropGone()
  const canvas = figure.querySelector('canvas')
  const numbers = figure.querySelector('script')?.textContent
  const kind = figure.dataset.chart
  if (!canvas || !numbers || !kind) return
  delete figure.dataset.chart
  const box = canvas.parentElement
  if (box) box.hidden = false

  const drawing = JSON.parse(numbers) as Drawing
  const before = kept.get(figure.id)
  const state = before ?? { hidden: offAtFirst(drawing), showsNumbers: false }
  if (figure.id) kept.set(figure.id, state)
  keepOpen(figure.querySelector('details'), state)
  const chart = new Chart(canvas, configurationOf(kind, drawing, state, before === undefined))
  drawn.set(chart, drawing)
  if (drawing.series.length > 1) box?.before(switchesOf(drawing, chart, state))
  paint(chart, drawing)
}

new MutationObserver(() => {
  for (const [chart, drawing] of drawn) paint(chart, drawing)
}).observe(document.documentElement, { attributeFilter: ['data-bs-theme'] })

const offAtFirst = ({ series }: Drawing): Set<string> =>
  new Set(series.filter(({ isOff }) => isOff).map(({ name }) => name))

/** Charts of figures that were replaced. */
function dropGone(): void {
  for (const chart of drawn.keys())
    if (!chart.canvas.isConnected) {
      drawn.delete(chart)
      chart.destroy()
    }
}

function keepOpen(details: HTMLDetailsElement | null, state: Kept): void {
  if (!details) return
  details.open = state.showsNumbers
  details.addEventListener('toggle', () => {
    state.showsNumbers = details.open
  })
}

function configurationOf(
  kind: string,
  { labels, step, series }: Drawing,
  { hidden }: Kept,
  isFirst: boolean,
): ChartConfiguration<'bar' | 'line'> {
  const isStacked = kind === 'stacked'
  const isStill = !isFirst || matchMedia('(prefers-reduced-motion: reduce)').matches
  return {
    type: kind === 'line' ? 'line' : 'bar',
    data: {
      labels,
      datasets: series.map(({ name, values, isDashed, colour }, index) => ({
        label: name,
        ...coloured(colour ?? colours[index % colours.length]),
        data: values,
        hidden: hidden.has(name),
        ...(kind === 'line'
          ? // A single value is a point; in a curve points only stand in the way.
            {
              borderWidth: 2,
              pointRadius: isLonely(values) ? 3 : 0,
              pointHoverRadius: 4,
              // Never above a value that was there: a curve that swings past its limit would be a lie.
              cubicInterpolationMode: 'monotone' as const,
              spanGaps: true,
              ...(isDashed && { borderDash: [6, 4] }),
            }
          : { borderWidth: 0, maxBarThickness: 28, borderRadius: 2, categoryPercentage: 0.85, barPercentage: 0.95 }),
      })),
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: isStill ? false : { duration: 200 },
      interaction: { mode: 'index', intersect: false },
      scales: {
        x: {
          stacked: isStacked,
          grid: { display: false },
          ticks: { maxRotation: 0, autoSkipPadding: 16, callback: (_, index) => briefly(labels[index] ?? '') },
        },
        y: {
          stacked: isStacked,
          beginAtZero: true,
          border: { display: false },
          ticks: { maxTicksLimit: 6, callback: value => compact.format(Number(value)) },
        },
      },
      plugins: {
        tooltip: {
          padding: 10,
          boxPadding: 4,
          usePointStyle: true,
          callbacks: {
            title: ([first]) => (first ? fully(labels[first.dataIndex] ?? '', step) : ''),
            footer: points => (isStacked ? `Total: ${sumOf(points).toLocaleString('en-US')}` : ''),
          },
        },
      },
    },
  }
}

const isLonely = (values: readonly (number | null)[]): boolean => values.filter(value => value !== null).length < 3
const sumOf = (points: readonly { parsed: { y: number | null } }[]): number =>
  points.reduce((sum, { parsed }) => sum + (parsed.y ?? 0), 0)

const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 2 })
const brief = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeZone: 'UTC' })

const isDay = (label: string): boolean => /^\d{4}-\d\d-\d\d$/.test(label)
const briefly = (label: string): string => (isDay(label) ? brief.format(Date.parse(label)) : label)

/** Days and weeks are those of UTC, for every reader. */
const fully = (label: string, step: string): string =>
  isDay(label) ? `${step.startsWith('Week') ? 'Week from ' : ''}${full.format(Date.parse(label))} (UTC)` : label

/** A series can be switched off and on, with the pointer or the keyboard. */
function switchesOf({ series }: Drawing, chart: Chart<'bar' | 'line'>, { hidden }: Kept): HTMLElement {
  const switches = document.createElement('div')
  switches.className = 'chart-switches'
  for (const [index, { name, colour }] of series.entries()) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = `btn btn-sm chart-switch chart-switch-${colour ?? colours[index % colours.length]}`
    button.textContent = name
    button.ariaPressed = String(!hidden.has(name))
    button.addEventListener('click', () => {
      const isShown = !chart.isDatasetVisible(index)
      chart.setDatasetVisibility(index, isShown)
      button.ariaPressed = String(isShown)
      if (isShown) hidden.delete(name)
      else hidden.add(name)
      chart.update()
    })
    switches.append(button)
  }
  return switches
}

/** A colour of the page as the canvas library reads it: by whatever name or function the style sheet says it. */
function colourOf(name: string): string {
  const probe = document.body.appendChild(document.createElement('i'))
  probe.style.color = `var(--tblr-${name})`
  const colour = getComputedStyle(probe).color
  probe.remove()
  const pixel = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  if (!pixel) return colour
  pixel.fillStyle = colour
  pixel.fillRect(0, 0, 1, 1)
  const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data
  return `rgb(${red}, ${green}, ${blue})`
}

function coloured(name = 'blue') {
  const colour = colourOf(name)
  return { borderColor: colour, backgroundColor: colour, pointBackgroundColor: colour }
}

/** In the colours of the page. */
function paint(chart: Chart<'bar' | 'line'>, { series }: Drawing): void {
  for (const [index, dataset] of chart.data.datasets.entries()) {
    Object.assign(dataset, coloured(series[index]?.colour ?? colours[index % colours.length]))
  }
  for (const scale of Object.values(chart.options.scales ?? {})) {
    const ticks = { ...scale?.ticks, color: colourOf('secondary') }
    Object.assign(scale ?? {}, { ticks, grid: { ...scale?.grid, color: colourOf('border-color') } })
  }
  chart.update('none')
}
