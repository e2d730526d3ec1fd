/** Typed events: `on` returns the function that takes the listener away again. A listener that throws never stops the others. */
export class Events<Map extends object> {
  readonly #listeners = new globalThis.Map<PropertyKey, Set<(event: never) => void>>()
  readonly #onListenerError: (error: unknown) => void

  constructor(onListenerError: (error: unknown) => void = rethrowLater) {
    this.#onListenerError = onListenerError
  }

  on<Type extends keyof Map>(type: Type, listener: (event: Map[Type]) => void): () => void {
    let listeners = this.#listeners.get(type)
    if (listeners === undefined) this.#listeners.set(type, (listeners = new Set()))
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }

  emit<Type extends keyof Map>(type: Type, event: Map[Type]): void {
    const listeners = this.#listeners.get(type)
    if (listeners === undefined) return
    for (const listener of listeners) {
      try {
        // `on` stores a listener under the type whose event it takes.
        ;(listener as (event: Map[Type]) => void)(event)
      } catch (error) {
        this.#onListenerError(error)
      }
    }
  }

  /** Whether anybody listens: spares the making of an event that nobody sees. */
  has(type: keyof Map): boolean {
    const listeners = this.#listeners.get(type)
    return listeners !== undefined && listeners.size > 0
  }
}

function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
