/**
 * Standard Schema, the interface that zod, valibot, arktype and others share: the part of it that validates.
 *
 * Source: the specification at standardschema.dev, version 1. It is written to be copied as types, so that nobody depends on a package.
 */

export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
  }
}

export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

export function isStandardSchema(value: unknown): value is StandardSchema {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && '~standard' in value
}

/** `port: expected a number` for each issue. */
export function shownIssues(issues: readonly StandardIssue[]): string {
  return issues
    .map(({ message, path }) => {
      const at = path?.map((step) => String(typeof step === 'object' ? step.key : step)).join('.') ?? ''
      return at === '' ? message : `${at}: ${message}`
    })
    .join('; ')
}
