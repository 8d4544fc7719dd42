import { Time } from './time.tsx'

/** When something was done, and by whom. */
export const By = ({ at, who }: { at: number; who: string }) => (
  <>
    <Time of={at} /> by {who}
  </>
)
