// Every `npm run` starts here: `node scripts/run.js NAME …` imports scripts/NAME.ts, if this Node can run it.
// Plain JavaScript that Node 14 can parse, so that an old Node says what is wrong and not "Unknown file extension".

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    'tsworks needs Node 22.18 or later, this is ' +
      process.version +
      '.\n' +
      'On Linux and macOS `npm ci` brings one that `npm run` then uses by itself (node_modules/.bin/node): run `npm ci`,\n' +
      'and start scripts by `npm run NAME`. Elsewhere install a current Node.',
  )
  process.exit(1)
}

const [name] = process.argv.splice(2, 1)
await import('./' + name + '.ts')
