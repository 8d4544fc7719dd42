import { Time } from './time.tsx'

/** When something was done, and who did it. */
export const By = ({ at, who }: { at: number; who: string }) => (
  <>
    <Time of={at} /> by {who}
  </>
)
