export { PowerCutDisk } from './power-cut-disk.js';
