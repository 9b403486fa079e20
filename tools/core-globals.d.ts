// What the core may use beyond the language itself: every runtime of today has it, and it has no clock, thread or chance in it.
// For tsconfig.core.json only; elsewhere Node's own declarations stand.

interface AbortSignal {
  readonly aborted: boolean
  readonly reason: unknown
  throwIfAborted(): void
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

declare class AbortController {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
}
