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
  series: { name: string; values: (number | null)[]; colour?: string }[]
}

const colours = ['blue', 'green', 'red', 'yellow', 'purple']

/** Draws a `<Chart>` from the numbers in it, with a button for each series, and again whenever the theme changes. */
export function draw(figure: HTMLElement): void {
  const canvas = figure.querySelector('canvas')
  const numbers = figure.querySelector('script')?.textContent
  const kind = figure.dataset.chart
  if (!canvas || !numbers || !kind) return
  delete figure.dataset.chart
  const box = canvas.parentElement
  if (box) box.hidden = false
  figure.querySelector('details')?.removeAttribute('open')

  const drawing = JSON.parse(numbers) as Drawing
  const chart = new Chart(canvas, configurationOf(kind, drawing))
  if (drawing.series.length > 1) box?.before(switchesOf(drawing, chart))
  new MutationObserver(() => paint(chart, drawing)).observe(document.documentElement, {
    attributeFilter: ['data-bs-theme'],
  })
  paint(chart, drawing)
}

function configurationOf(kind: string, { labels, series }: Drawing): ChartConfiguration<'bar' | 'line'> {
  const isStacked = kind === 'stacked'
  return {
    type: kind === 'line' ? 'line' : 'bar',
    data: {
      labels,
      datasets: series.map(({ name, values }) => ({
        label: name,
        data: values,
        borderWidth: kind === 'line' ? 2 : 0,
        pointRadius: 2,
        tension: 0.2,
      })),
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: matchMedia('(prefers-reduced-motion: reduce)').matches ? false : { duration: 200 },
      interaction: { mode: 'index', intersect: false },
      scales: {
        x: { stacked: isStacked, grid: { display: false } },
        y: { stacked: isStacked, beginAtZero: true, border: { display: false } },
      },
    },
  }
}

/** A series can be switched off and on, with the pointer or the keyboard. */
function switchesOf({ series }: Drawing, chart: Chart): HTMLElement {
  const switches = document.createElement('div')
  switches.className = 'chart-switches'
  for (const [index, { name, colour }] of series.entries()) {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = `btn btn-sm chart-switch chart-switch-${colour ?? colours[index % colours.length]}`
    button.textContent = name
    button.ariaPressed = 'true'
    button.addEventListener('click', () => {
      const isShown = !chart.isDatasetVisible(index)
      chart.setDatasetVisibility(index, isShown)
      button.ariaPressed = String(isShown)
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

/** In the colours of the page. */
function paint(chart: Chart, { series }: Drawing): void {
  for (const [index, dataset] of chart.data.datasets.entries()) {
    const colour = colourOf(series[index]?.colour ?? colours[index % colours.length] ?? 'blue')
    Object.assign(dataset, { borderColor: colour, backgroundColor: colour, pointBackgroundColor: colour })
  }
  for (const scale of Object.values(chart.options.scales ?? {}))
    Object.assign(scale ?? {}, {
      ticks: { color: colourOf('secondary') },
      grid: { ...scale?.grid, color: colourOf('border-color') },
    })
  chart.update('none')
}
