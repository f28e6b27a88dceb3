import 'reflect-metadata';
import { ormDataSource } from './src/databases/orm-data-source.js';

/** For TypeORM's command line: npm run typeorm -- --context orders migration:show */
export default await ormDataSource(process.env);
