/** The files of a new project. */

export interface ProjectWish {
  readonly name: string
  /** The folder of its first subsystem. */
  readonly subsystem: string
  /** Of tsworks, TypeScript and Node's types. */
  readonly version: string
  readonly typescript: string
  readonly types: string
}

export function projectFiles({ name, subsystem, version, typescript, types }: ProjectWish): Record<string, string> {
  return {
    'package.json': `${JSON.stringify(
      {
        name,
        version: '0.1.0',
        private: true,
        type: 'module',
        scripts: { start: 'tsworks run', console: 'tsworks run --console', types: 'tsc' },
        dependencies: { tsworks: `^${version}` },
        devDependencies: { '@types/node': types, typescript },
        engines: { node: '>=22.18' },
      },
      null,
      2,
    )}\n`,
    'tsconfig.json': `{
  "compilerOptions": {
    "strict": true,
    "noEmit": true,
    // Node runs the .ts files as they are: it strips types and compiles nothing. So no enum, namespace, parameter property.
    "erasableSyntaxOnly": true,
    "verbatimModuleSyntax": true,
    "allowImportingTsExtensions": true,
    "module": "nodenext",
    "target": "es2024",
    "lib": ["es2024", "esnext.disposable"],
    "types": ["node"],
    "skipLibCheck": true
  }
}
`,
    'tsworks.config.ts': `import { defineConfig } from 'tsworks'

// Each subsystem is a level above the one before: it starts after it, and stops before it.
export default defineConfig({
  subsystems: ['./${subsystem}/tasks.ts'],
  log: { level: 'info' },
})
`,
    '.gitignore': `node_modules
log
`,
    'README.md': `# ${name}

A program of concurrent objects, made with \`tsworks create\`.

\`\`\`sh
npm install
npm start                            # runs it, until Ctrl-C
npm run console                      # with a prompt: await ${subsystem}.hello('world')
npm run types                        # checks the types
npx tsworks create-subsystem NAME    # another subsystem
\`\`\`

\`tsworks.config.ts\` names the subsystems and the settings; \`${subsystem}/tasks.ts\` the objects of one; \`${subsystem}/${subsystem}.ts\` is the class of
one object, which only its own thread loads.
`,
  }
}
