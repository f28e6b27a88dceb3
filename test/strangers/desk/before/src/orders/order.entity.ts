import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity()
export class Order {
  @PrimaryGeneratedColumn() id: number;
  @Column('text') customer: string;
  @Column('text') sku: string;
  @Column('int') quantity: number;
}
