import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { ReserveStock } from '../stock/stock.contract.js';
import { Order } from './order.entity.js';

@Injectable()
export class OrdersService {
  constructor(
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    private readonly commands: CommandBus,
  ) {}

  async place(customer: string, sku: string, quantity: number): Promise<{ id: number; left: number }> {
    const { left } = await this.commands.execute(new ReserveStock({ sku, quantity }));
    const { id } = await this.orders.save({ customer, sku, quantity });
    return { id, left };
  }

  list(): Promise<Order[]> {
    return this.orders.find({ order: { id: 'ASC' } });
  }
}
