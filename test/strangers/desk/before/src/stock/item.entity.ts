import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity()
export class Item {
  @PrimaryColumn('text') sku: string;
  @Column('int') left: number;
}
