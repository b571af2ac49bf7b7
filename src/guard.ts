// Keeps a slow or broken neighbour from slowing everybody: so many calls at once, and none at all while it is ill.
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  handleType,
  TaskCancelledError,
  wrap,
} from 'cockatiel';
import { UnavailableError } from '#src/errors.ts';

export interface GuardOptions {
  /** who is called */
  dependency: UnavailableError['dependency'];
  /** calls in flight; so many more wait for a free place */
  atOnce: number;
  /** calls without an answer, one after the other, that open the circuit */
  failures: number;
  /** after that one call is let through, and decides for all */
  openMs: number;
  /** told when the circuit opens and closes */
  onChange?: (state: CircuitState) => void;
}

export type CircuitState = 'open' | 'closed';

/**
 * Runs a call, or refuses it at once. A call that got no answer throws UnavailableError; whatever else it says or throws
 * is an answer.
 * @param signal  gives up waiting for a place
 * @throws UnavailableError, of the call or because it was refused
 */
export type Guard = <T>(call: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** Refuses nothing. */
export const unguarded: Guard = (call) => call();

export function createGuard({ dependency, atOnce, failures, openMs, onChange = () => {} }: GuardOptions): Guard {
  const circuit = circuitBreaker(handleType(UnavailableError), {
    halfOpenAfter: openMs,
    breaker: new ConsecutiveBreaker(failures),
  });
  circuit.onBreak(() => onChange('open'));
  circuit.onReset(() => onChange('closed'));
  // The circuit inside, so that what finds no place says nothing about the neighbour.
  const policy = wrap(bulkhead(atOnce, atOnce), circuit);
  return async (call, signal) => {
    try {
      return await policy.execute(call, signal);
    } catch (error) {
      if (isRefusal(error)) throw new UnavailableError(dependency, { cause: error });
      throw error;
    }
  };
}

const isRefusal = (error: unknown): boolean =>
  error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError || error instanceof TaskCancelledError;
