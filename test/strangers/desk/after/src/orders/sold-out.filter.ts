import { type ArgumentsHost, Catch, ConflictException } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { SoldOut } from '../stock/stock.contract.js';

@Catch(SoldOut)
export class SoldOutFilter extends BaseExceptionFilter {
  override catch(error: SoldOut, host: ArgumentsHost): void {
    super.catch(new ConflictException(error.message), host);
  }
}
