import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { publicPaths } from '../src/console/public.ts'
import { render } from '../src/console/render.ts'
import { fieldsOf } from '../src/domain/form.ts'
import { pageHeaders } from '../src/web/headers.ts'
import { Card, Figure } from '../views/card.tsx'
import { Chart } from '../views/chart.tsx'
import { ChecksField, RadioField, SelectField, SwitchField } from '../views/choices.tsx'
import { JsonField, MomentField, NumberField, TextArea, TextField } from '../views/fields.tsx'
import { Form } from '../views/form.tsx'
import type { Refused } from '../views/frame.ts'
import { Json } from '../views/json.tsx'
import { Layout } from '../views/layout.tsx'
import { Notice } from '../views/notice.tsx'
import { Progress } from '../views/progress.tsx'
import { RowsField } from '../views/rows.tsx'
import { Status } from '../views/status.tsx'
import { Time } from '../views/time.tsx'
import { browserTest } from './browser.ts'
import { barriersOn, overflowOf, type TestConsole, testConsole, themes, widths } from './console.ts'

/** The pieces that pages are made of, all on one: in a real browser, under the policy of every page. */

const choices = ['COMMUNITY', 'TRIAL', 'PAID'].map(value => ({ value, label: value.toLowerCase() }))
const days = Array.from({ length: 14 }, (_, n) => `2026-03-${String(n + 1).padStart(2, '0')}`)
const hostile = '</script><img src=x onerror=alert(1)>'

const Pieces = () => (
  <Layout title="Pieces" beside={<Status is="good">active</Status>}>
    <Notice title="Something to know">It goes on for a line or two, and says what to do.</Notice>
    <Notice kind="warning" title="Two quotas are nearly used up" />
    <div class="figures">
      <Figure name="Total events" value="12,345" />
      <Figure name="Rejected" value="7" hint="today (UTC)" to="/customers" />
    </div>
    <Card title="States">
      <p>
        {(['good', 'warning', 'bad', 'neutral', 'info'] as const).map(is => (
          <>
            <Status is={is}>{is}</Status>{' '}
          </>
        ))}
      </p>
      <Progress label="API calls" value={450} maximum={1000} />
      <Progress label="Seats" value={85.5} maximum={100} />
      <Progress label="Projects" value={120} maximum={100} />
      <Progress label="Files" value={1234567} maximum={null} />
      <p>
        Ends <Time of={0} isDay />, <Time of={null} />
      </p>
      <Json value={{ hostile, list: [1, null, true] }} />
    </Card>
    <Card title="Usage reports per day">
      <Chart
        title="Usage reports per day"
        kind="stacked"
        labels={days}
        series={[
          { name: 'Accepted', colour: 'green', values: days.map((_, n) => n * 3) },
          { name: hostile, colour: 'red', values: days.map((_, n) => (n % 3 === 0 ? null : n)) },
        ]}
      />
    </Card>
    <Card title="A form">
      <Form action="/sample" submit="Save" cancel="/" revision={3}>
        <TextField name="name" label="Name" isRequired value="Acme" hint="Whoever you sell to." />
        <TextArea name="note" label="Note" value={'\nbegins with a line break'} />
        <NumberField name="limit" label="Limit" unit="calls" value={1000} />
        <SelectField name="type" label="Type" choices={choices} value="TRIAL" />
        <RadioField name="kind" label="Kind" choices={choices} value="PAID" />
        <ChecksField name="events" label="Events" choices={choices} values={['TRIAL']} />
        <SwitchField name="isOn" label="Enabled" isOn hint="Off means the default for all." />
        <MomentField name="at" label="Ends" value={Date.parse('2026-03-15T12:00:05.000Z')} />
        <JsonField name="value" label="Value" value={{ a: [1, 2] }} lines={4} />
        <RowsField name="metadata" label="Metadata" value={{ region: 'eu', seats: 5, code: '7' }} />
        <ul data-order="rules">
          {['first', 'second', 'third'].map((name, index) => (
            <li data-order-item>
              <span data-order-handle>{name}</span>
              <input type="hidden" name={`rules[${index}].name`} value={name} />
              <button type="button" class="btn btn-sm" data-order-up hidden>
                Move {name} up
              </button>
            </li>
          ))}
        </ul>
      </Form>
    </Card>
  </Layout>
)

const places = ['name', 'note', 'limit', 'type', 'events[0]', 'at', 'value.a', 'metadata.seats', 'elsewhere']
const refused: Refused = {
  action: '/sample',
  fields: fieldsOf([
    ['name', ''],
    ['events', 'PAID'],
    ['metadata.key[]', 'typed'],
    ['metadata.value[]', 'kept'],
  ]),
  detail: '',
  findings: places.map(place => ({ location: `body.${place}`, message: 'must be otherwise' })),
}

let console: TestConsole
beforeAll(async () => {
  console = await testConsole()
})
afterAll(() => console[Symbol.asyncDispose]())

/** The house does not know the page; it comes from here, with the headers that all have. */
async function sample(visit: Parameters<TestConsole['visit']>[1] = {}, again?: Refused): Promise<Page> {
  const page = await console.visit('/', visit)
  const frame = {
    visitor: undefined,
    path: '/sample',
    theme: 'auto' as const,
    now: 0,
    toast: 'Saved.',
    refused: again,
    isExposed: false,
    mayOpen: () => true,
    files: await publicPaths(),
  }
  const body = render(<Pieces />, frame)
  await page.unroute('**/sample')
  await page.route('**/sample', route =>
    route.fulfill({ body, headers: { ...pageHeaders, 'Content-Type': 'text/html; charset=utf-8' } }),
  )
  await page.goto(`${console.house.url}/sample`)
  return page
}

for (const theme of themes)
  for (const width of widths)
    browserTest(`they are well in the ${theme} at ${width} pixels`, async () => {
      for (const again of [undefined, refused]) {
        const page = await sample({ theme, width }, again)
        await page.locator('.chart-switches').waitFor()
        const folder = process.env.SCREENSHOTS
        if (folder) {
          mkdirSync(folder, { recursive: true })
          const path = join(folder, `pieces${again ? '-refused' : ''}-${width}-${theme}.png`)
          await page.screenshot({ path, fullPage: true })
        }
        expect.soft(await overflowOf(page)).toBe(0)
        expect.soft(await barriersOn(page)).toEqual([])
      }
    })

browserTest('a form that comes back shows every finding, at its field or at the end', async () => {
  const page = await sample({}, refused)
  expect(await page.locator('.field-error').count()).toBe(8)
  expect(await page.getByText('Metadata seats must be otherwise').count()).toBe(1)
  expect(await page.locator('.form-unplaced').innerText()).toMatch(/elsewhere must be otherwise/)
  expect(await page.getByLabel('Key 1').inputValue()).toBe('typed')
  expect(await page.getByLabel('paid').last().isChecked()).toBe(true)
  expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('name')
})

browserTest('a form sends what it showed, also what is hard to show', async () => {
  const page = await sample()
  const sent = await page.evaluate(() => [...new FormData(document.querySelector('main form') as HTMLFormElement)])
  expect(Object.fromEntries(sent)).toMatchObject({
    _revision: '3',
    note: '\nbegins with a line break',
    at: '2026-03-15T12:00:05',
    isOn: 'true',
    'metadata.key[]': '',
  })
  expect(sent.filter(([name]) => name === 'metadata.value[]').map(([, value]) => value)).toEqual([
    'eu',
    '5',
    '"7"',
    '',
    '',
  ])
})

browserTest('a series is switched off and on, and the numbers are a table', async () => {
  const page = await sample()
  const button = page.getByRole('button', { name: 'Accepted' })
  await button.press('Enter')
  expect(await button.getAttribute('aria-pressed')).toBe('false')
  await page.getByText('in numbers').click()
  expect(await page.getByRole('row', { name: '2026-03-02 3 1' }).count()).toBe(1)
})

browserTest('rows come and go, and what is ordered keeps its numbers', async () => {
  const page = await sample()
  await page.getByRole('button', { name: 'Add a row' }).click()
  expect(await page.locator('[data-row]').count()).toBe(6)
  await page.getByRole('button', { name: 'Remove the row' }).first().click()
  expect(await page.locator('[data-row]').count()).toBe(5)
  await page.getByRole('button', { name: 'Move third up' }).click()
  await page.getByRole('button', { name: 'Move third up' }).press('Enter')
  const order = async () =>
    page
      .locator('[name^="rules["]')
      .evaluateAll(all => all.map(each => `${each.getAttribute('name')}=${(each as HTMLInputElement).value}`))
  expect(await order()).toEqual(['rules[0].name=third', 'rules[1].name=first', 'rules[2].name=second'])
  const handles = page.locator('[data-order-handle]')
  await handles.first().dragTo(handles.last(), { targetPosition: { x: 2, y: 15 } })
  expect(await order()).toEqual(['rules[0].name=first', 'rules[1].name=second', 'rules[2].name=third'])
})

browserTest('JSON is checked while it is typed', async () => {
  const page = await sample()
  const area = page.getByLabel(/^Value ?optional/)
  await area.fill('{"a":')
  expect(await area.getAttribute('aria-invalid')).toBe('true')
  await area.fill('{"a":1}')
  expect(await area.getAttribute('aria-invalid')).toBe('false')
})

browserTest('nothing in them was refused by the policy, nor ran that should not', async () => {
  expect(console.complaints).toEqual([])
})
