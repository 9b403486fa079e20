/** Which names can be variables: not `web-shop`, not `class`. */

import { Script } from 'node:vm'

/** Whether a strict module can declare a variable of that name. */
export function isIdentifier(name: string): boolean {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) return false
  try {
    // Compiled, never run: the parser knows the reserved words.
    return new Script(`'use strict'; let ${name}`) instanceof Script
  } catch {
    return false
  }
}
