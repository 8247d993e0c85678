// Asks for a token where the service wants one.
import { useState } from 'preact/hooks';

interface Props {
  onToken: (token: string, forLong: boolean) => void;
  /** A token was tried before. */
  again: boolean;
}

export function SignIn({ onToken, again }: Props) {
  const [token, setToken] = useState('');
  const [forLong, setForLong] = useState(false);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (token.trim() !== '') onToken(token.trim(), forLong);
  };
  return (
    <section class="panel sign-in">
      <h1>Sign in</h1>
      <p class="quiet">
        This service is kept by tokens. Whoever runs it has set yours in <code>OFFCURVE_TOKENS</code>; it needs the
        scope read, and operate to handle deviations.
      </p>
      <form onSubmit={submit}>
        {again && (
          <p class="worse" role="alert">
            That token was not accepted.
          </p>
        )}
        <label>
          Token
          <input
            type="password"
            autocomplete="current-password"
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
            required
          />
        </label>
        <label class="row">
          <input type="checkbox" checked={forLong} onChange={(event) => setForLong(event.currentTarget.checked)} />
          Keep it in this browser
        </label>
        <button type="submit" class="main">
          Sign in
        </button>
      </form>
    </section>
  );
}
