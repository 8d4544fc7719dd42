// Runs in the head, before anything is drawn: another theme would flash.
{
  const root = document.documentElement
  const system = matchMedia('(prefers-color-scheme: dark)')
  const apply = () => {
    const isDark = root.dataset.theme === 'auto' ? system.matches : root.dataset.theme === 'dark'
    root.dataset.bsTheme = isDark ? 'dark' : 'light'
  }
  apply()
  system.addEventListener('change', apply)
}
