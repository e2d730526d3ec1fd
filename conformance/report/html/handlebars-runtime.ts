import type Handlebars from 'handlebars'
import runtime from 'handlebars/runtime.js'

/** The half of handlebars that runs a precompiled template. Its own types leave the module empty; it is a subset of the whole. */
export const handlebars = runtime as unknown as Pick<typeof Handlebars, 'template' | 'Utils'>
