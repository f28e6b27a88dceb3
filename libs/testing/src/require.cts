import './loadable.cjs';
import testing = require('./index.js');

export = testing;
