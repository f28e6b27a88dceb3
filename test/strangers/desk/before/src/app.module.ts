import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrdersModule } from './orders/orders.module.js';
import { SessionGuard } from './session.guard.js';
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
    StockModule,
  ],
  providers: [{ provide: APP_GUARD, useClass: SessionGuard }],
})
export class AppModule {}
