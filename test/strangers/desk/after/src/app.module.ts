import { IsolithModule, lazily } from '@isolith/isolith';
import { RabbitMqTransport } from '@isolith/message-bus-rabbitmq';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { OrdersModule } from './orders/orders.module.js';
import { SessionGuard } from './session.guard.js';
import { stock } from './stock/stock.contract.js';
import { StockModule } from './stock/stock.module.js';

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env['DATABASE_URL'],
      autoLoadEntities: true,
      synchronize: process.env['SYNCHRONIZE'] === 'yes',
    }),
    OrdersModule,
    IsolithModule.forRoot({
      contexts: [lazily(stock, { module: async () => StockModule })],
      dataSource: DataSource,
      caller: ({ user }: { user?: { id: string } }) => user && { user: user.id },
      remote: (to) => new RabbitMqTransport(to),
    }),
  ],
  providers: [{ provide: APP_GUARD, useClass: SessionGuard }],
})
export class AppModule {}
