import { describe, expect, test } from 'vitest'
import { asIs, type Content, Context, htmlOf } from './html.ts'

describe('what is written', () => {
  const Greeting = ({ name, children }: { name: string; children?: Content }) => (
    <p title={name}>
      Hello {name}
      {children}
    </p>
  )
  test.each<[string, Content, string]>([
    ['text is escaped', '<b>"Tom" & \'Jerry\'</b>', `&lt;b>&quot;Tom&quot; &amp; 'Jerry'&lt;/b>`],
    ['nothing is not shown', [null, undefined, true, false, ''], ''],
    ['a number is, and 0 too', [0, -1.5], '0-1.5'],
    ['lists in lists', [['a', ['b']], 'c'], 'abc'],
    ['what is ready stands as it is', asIs('<path d="M0 0"/>'), '<path d="M0 0"/>'],
    ['attributes are escaped', <a href={'/?a="b"&c=<d>'}>go</a>, '<a href="/?a=&quot;b&quot;&amp;c=&lt;d>">go</a>'],
    ['true is the name alone, false nothing', <input required disabled={false} value="" />, '<input required value>'],
    ['an attribute without a value is left out', <i class={undefined} title={undefined} />, '<i></i>'],
    ['numbers', <td colspan={2}>{3}</td>, '<td colspan="2">3</td>'],
    [
      'where false is a word it is written',
      <b aria-hidden={false} data-on={true} spellcheck={false} />,
      '<b aria-hidden="false" data-on="true" spellcheck="false"></b>',
    ],
    [
      'what has no content has no end',
      <>
        <br />
        <hr class="x" />
      </>,
      '<br><hr class="x">',
    ],
    ['any other has', <textarea name="note" />, '<textarea name="note"></textarea>'],
    [
      'components are given their children',
      <Greeting name={'"Ada"'}>
        <i>!</i>
      </Greeting>,
      '<p title="&quot;Ada&quot;">Hello &quot;Ada&quot;<i>!</i></p>',
    ],
  ])('%s', (_, content, html) => {
    expect(htmlOf(content)).toBe(html)
  })
})

test('components are called in the order in which they are read', () => {
  const called: string[] = []
  const Note = ({ name, children }: { name: string; children?: Content }) => {
    called.push(name)
    return children
  }
  htmlOf(
    <Note name="outer">
      <Note name="first" />
      <div>
        <Note name="deep" />
      </div>
      <Note name="last" />
    </Note>,
  )
  expect(called).toEqual(['outer', 'first', 'deep', 'last'])
})

describe('a context', () => {
  const Colour = new Context('none')
  const Shown = () => Colour.current
  const Fails = () => {
    throw new Error('not today')
  }

  test('reaches all within it, however deep, and nothing beside it', () => {
    const page = (
      <>
        <Shown />
        <Colour.Provider value="red">
          <p>
            <Shown />
            <Colour.Provider value="blue">
              <Shown />
            </Colour.Provider>
            <Shown />
          </p>
        </Colour.Provider>
        <Shown />
      </>
    )
    expect(htmlOf(page)).toBe('none<p>redbluered</p>none')
  })

  test('does not outlive a page that fails', () => {
    const page = (
      <Colour.Provider value="red">
        <Fails />
      </Colour.Provider>
    )
    expect(() => htmlOf(page)).toThrow('not today')
    expect(Colour.current).toBe('none')
  })
})

test('the compiler refuses what would not do what it seems to', () => {
  // @ts-expect-error: what a text area holds is its content
  const area = <textarea value="x" />
  // @ts-expect-error: pages have no code in them
  const button = <button type="button" onclick="go()" />
  // @ts-expect-error: nor styles
  const coloured = <p style="color: red" />
  // @ts-expect-error: HTML says class
  const classed = <p className="x" />
  // @ts-expect-error: an object is no content
  const dated = <p>{new Date()}</p>
  expect([area, button, coloured, classed, dated]).toHaveLength(5)
})
