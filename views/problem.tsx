import { useFrame } from './frame.ts'
import { Icon } from './icon.tsx'
import { Entrance, Layout } from './layout.tsx'

export interface ProblemView {
  status: number
  title: string
  detail: string
  errorId: string
}

/** What went wrong, calmly, and the way on. */
export const ProblemPage = (problem: ProblemView) =>
  useFrame().visitor ? (
    <Layout title={problem.title}>
      <div class="card">
        <Told {...problem} />
      </div>
    </Layout>
  ) : (
    <Entrance title={problem.title}>
      <p>{problem.detail}</p>
    </Entrance>
  )

const Told = ({ status, detail, errorId }: ProblemView) => (
  <div class="empty">
    <div class="empty-icon">
      <Icon name={status === 403 ? 'lock' : 'alert-triangle'} />
    </div>
    <p class="empty-title">{status}</p>
    <p class="empty-subtitle text-secondary">{detail}</p>
    {status >= 500 && (
      <p class="text-secondary">
        The log has more under <code>{errorId}</code>.
      </p>
    )}
    <div class="empty-action">
      <a href="/" class="btn">
        To the dashboard
      </a>
    </div>
  </div>
)
