import { AccountMenu } from './account-menu.tsx'
import { useFrame } from './frame.ts'
import type { Content } from './html.ts'
import { Icon } from './icon.tsx'
import { Navigation } from './navigation.tsx'
import { Notice } from './notice.tsx'

/**
 * A page of the console is a component here and a description of it in src/console; examples are customers.tsx there and
 * here. Ten lines of what holds for all:
 *
 * 1. Each page is a `<Layout title="…">`: it brings navigation, search, account menu, breadcrumbs, head and toasts.
 * 2. Views get rows of the domain and show them. Who looks, where and when is in `useFrame()`; nothing is passed down for it.
 * 3. Whatever changes something is a `<Form action submit>` with fields (fields.tsx), on a page of its own at the form's
 *    action. What was typed, and what is wrong with it, comes back into its fields by their names, which are the API's.
 * 4. A form in a dialog is a `<DialogLink to>` to that page. Deletions are `<ConfirmDeletion>`.
 * 5. Lists are a `<List columns leaf query>`: it sorts, filters and pages in the address. With nothing in it, an `<Empty>`.
 * 6. Links and forms that a visitor may not open show nothing: `<Action to>` and `<DialogLink to>` ask the list of pages.
 * 7. Times are `<Time of>`, states `<Status>`, what is copied `<Copy>`, bars `<Progress>`, curves `<Chart>`, JSON `<Json>`.
 * 8. No script and no style inside a page (the policy forbids them): behaviour is public/, looks are public/console.css.
 * 9. All of it works without JavaScript; with it, it is only nicer.
 * 10. e2e/pages.test.ts opens every page in both themes and widths; add what yours needs to be open there.
 */
export interface LayoutProps {
  title: string
  /** The pages above this one, outermost first. */
  above?: readonly Crumb[] | undefined
  /** Stands beside the title: a badge, a slug to copy. */
  beside?: Content | undefined
  /** Buttons at the right of the title. */
  actions?: Content | undefined
  tabs?: Content | undefined
  /** For a form or text: no wider than what reads well. */
  isNarrow?: boolean | undefined
  children: Content
}

export interface Crumb {
  to: string
  name: string
}

export const Layout = ({ title, above = [], beside, actions, tabs, isNarrow = false, children }: LayoutProps) => (
  <Document title={title}>
    <a class="skip" href="#main">
      Skip to content
    </a>
    <header class="topbar">
      <button
        type="button"
        class="btn btn-icon btn-ghost-secondary topbar-menu"
        popovertarget="navigation"
        aria-label="Menu"
      >
        <Icon name="menu-2" />
      </button>
      <Brand />
      <SearchField />
      <AccountMenu />
    </header>
    <Navigation />
    <main id="main" tabindex={-1}>
      <Exposure />
      {above.length > 0 && <Breadcrumbs above={above} />}
      <div class="heading">
        <div class="heading-title">
          <h1>{title}</h1>
          {beside}
        </div>
        {actions && <div class="heading-actions">{actions}</div>}
      </div>
      {tabs}
      <div class={isNarrow ? 'content content-narrow' : 'content'}>{children}</div>
    </main>
    <dialog id="dialog" class="dialog" aria-labelledby="dialog-title" />
  </Document>
)

/** For pages before the door: a card in the middle, and nothing that needs a visitor. */
export const Entrance = ({ title, children }: { title: string; children: Content }) => (
  <Document title={title}>
    <main id="main" class="entrance">
      <Brand />
      <Exposure />
      <div class="card">
        <div class="card-body">
          <h1>{title}</h1>
          {children}
        </div>
      </div>
    </main>
  </Document>
)

function Document({ title, children }: { title: string; children: Content }) {
  const { files, theme, visitor, toast, refused } = useFrame()
  return (
    <html
      lang="en"
      data-theme={theme}
      data-bs-theme={theme === 'dark' ? 'dark' : 'light'}
      data-charts={files['charts.js']}
    >
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{[...(refused ? ['Not saved'] : []), title, visitor?.organization.name ?? 'Kaiten'].join(' · ')}</title>
        <link rel="icon" type="image/svg+xml" href={files['icon.svg']} />
        <link rel="stylesheet" href={files['console.css']} />
        {/* Before anything is drawn: another theme would flash. */}
        <script src={files['theme.js']} />
        <meta name="htmx-config" content={htmxConfig} />
        <script type="module" src={files['console.js']} />
      </head>
      <body>
        {children}
        <div id="toasts" class="toasts" role="status">
          {toast && <Toast text={toast} />}
        </div>
      </body>
    </html>
  )
}

/** Nothing that the policy of pages would refuse: no inline style. Faults are told by toasts, not put into the page. */
const htmxConfig = JSON.stringify({ includeIndicatorCSS: false, noSwap: [204, 304, '4xx', '5xx'], history: 'reload' })

export const Toast = ({ text }: { text: string }) => (
  <div class="notice-toast" data-toast>
    <Icon name="circle-check" />
    <span>{text}</span>
  </div>
)

/** Over http through a network. Where the operator has not allowed it, signing in is refused and says how to mend it. */
const Exposure = () =>
  useFrame().isExposed && (
    <Notice kind="warning" title="This connection is not encrypted">
      Whoever is on the network between can read what is shown and typed here.
    </Notice>
  )

const Brand = () => {
  const { files, visitor } = useFrame()
  return (
    <a class="brand" href="/">
      <img src={files['icon.svg']} alt="" width="28" height="28" />
      <span>{visitor?.organization.name ?? 'Kaiten'}</span>
    </a>
  )
}

const SearchField = () =>
  useFrame().mayOpen('/search') && (
    <search class="topbar-search">
      <form action="/search">
        <Icon name="search" />
        <input
          class="form-control"
          type="search"
          name="q"
          placeholder="Search"
          aria-label="Search everything"
          aria-keyshortcuts="/ Control+K"
          maxlength={200}
          data-search
        />
        <kbd>/</kbd>
      </form>
    </search>
  )

const Breadcrumbs = ({ above }: { above: readonly Crumb[] }) => (
  <nav aria-label="Breadcrumb">
    <ol class="breadcrumb">
      {above.map(({ to, name }) => (
        <li class="breadcrumb-item">
          <a href={to}>{name}</a>
        </li>
      ))}
    </ol>
  </nav>
)
