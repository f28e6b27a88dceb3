import { Body, Controller, Get, Post, Req } from '@nestjs/common';
import { IsInt, IsString, Min } from 'class-validator';
import type { WithUser } from '../session.guard.js';
import { OrdersService } from './orders.service.js';

class NewOrder {
  @IsString() sku: string;
  @IsInt() @Min(1) quantity: number;
}

@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Post()
  place(@Req() { user }: WithUser, @Body() { sku, quantity }: NewOrder) {
    return this.orders.place(user?.id ?? '', sku, quantity);
  }

  @Get()
  list() {
    return this.orders.list();
  }
}
