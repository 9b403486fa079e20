/** Contenders that goals name. */
export const RAW = 'raw postMessage'
export const BARE = 'bare Workers'
export const NACT = 'nact'
export const FAR_WATCHDOG = 'watchdog far away'
export const BARE_NET = 'bare node:net'
