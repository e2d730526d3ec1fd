'use strict'
// A target of pbjs: the JSON descriptor with comments, which its own JSON target drops.
module.exports = (root, options, callback) => callback(null, JSON.stringify(root.toJSON({ keepComments: true })))
module.exports.description = 'JSON descriptor with comments'
