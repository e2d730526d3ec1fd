// The order of rooms and layers stands in layers.json; these rules are made from it.
const layers = require('./layers.json')

const forbidden = [
  { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
  {
    name: 'no-unlisted-package',
    severity: 'error',
    from: { pathNot: '\\.test\\.ts$' },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
]

layers.rooms.forEach((room, index) => {
  const later = layers.rooms.slice(index + 1)
  if (later.length === 0) return
  forbidden.push({
    name: `${room}-imports-nothing-to-its-right`,
    severity: 'error',
    from: { path: `^${room}/`, pathNot: '\\.test\\.ts$' },
    to: { path: `^(${later.join('|')})/` },
  })
})
for (const { from, to, why } of layers.except) {
  forbidden.push({
    name: `${from}-never-imports-${to}`,
    comment: why,
    severity: 'error',
    from: { path: `^${from}/` },
    to: { path: `^${to}/` },
  })
}
layers.runtime.forEach((layer, index) => {
  const later = layers.runtime.slice(index + 1)
  if (later.length === 0) return
  forbidden.push({
    name: `runtime-${layer}-imports-no-higher-layer`,
    severity: 'error',
    from: { path: `^runtime/${layer}/`, pathNot: '\\.test\\.ts$' },
    to: { path: `^runtime/(${later.join('|')})/` },
  })
})
forbidden.push({
  name: 'protocols-never-import-each-other',
  severity: 'error',
  from: { path: '^runtime/protocols/([^/]+)/', pathNot: '\\.test\\.ts$' },
  to: { path: '^runtime/protocols/([^/]+)/', pathNot: '^runtime/protocols/$1/' },
})

module.exports = {
  forbidden,
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|dist|\\.tap|\\.cache|results)/|^interop/peers/js/|testdata' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
}
