// What went wrong, in the service's words.
import type { ApiError } from '../api/client.js';

export function Fault({ error }: { error: ApiError | null }) {
  return error === null || error.status === 401 ? null : (
    <p class="fault" role="alert">
      {error.message}
    </p>
  );
}
