/** What each file of the shop does for an order, in one line. */
export const linesOfTheShop: Readonly<Record<string, string>> = {
  'src/orders/features/postal-address.route.ts': "Checks the address, and brings it into the contract's form.",
  'src/orders/features/place-order.route.ts':
    'The route `POST /v1/orders`: sends the command, and answers 202 with where the order is.',
  'src/orders/orders.contract.ts':
    'The messages of orders: `PlaceOrder`, `OrderPlaced`, `ConfirmOrder`, `OrderConfirmed`.',
  'src/orders/orders.context.ts':
    'How orders calls products: with a breaker, and the last known prices when there is no answer.',
  'src/orders/features/place-order.ts':
    "The command's handler: asks for prices, then in one unit places the order, keeps its details and begins the checkout.",
  'src/products/products.contract.ts': 'The query that orders ask: `GetPrices`.',
  'src/products/features/get-prices.ts': 'Answers with name and price of each sku.',
  'src/products/infra/catalogue.ts': 'Reads them from the catalogue.',
  'src/orders/domain/pricing.ts': 'Puts names and prices to the lines, and adds them up.',
  'src/orders/infra/order-details.ts':
    'Keeps address and payment token in a row of their own, until the checkout is over.',
  'src/orders/domain/order.ts': "The order's state, folded from its events.",
  'src/orders/domain/decide.ts': 'Which events an intent leads to.',
  'src/orders/infra/order-views.ts': 'Writes the rows that `GET /v1/orders` reads.',
  'src/orders/features/checkout.saga.ts':
    'The checkout: reserve stock, charge, create the shipment, confirm; each with what undoes it.',
  'src/inventory/inventory.contract.ts': '`ReserveStock` and `StockReserved`.',
  'src/inventory/features/reserve-stock.ts': 'Sets goods aside for the order, all lines or none.',
  'src/inventory/infra/stock.ts': 'Moves the numbers of the stock.',
  'src/orders/features/prefer-wait.route.ts': 'Reads how long the caller prefers to wait; here, not at all.',
  'src/payments/payments.contract.ts': '`ChargePayment` and `PaymentCaptured`.',
  'src/payments/features/charge-payment.ts': 'Commits the intent, asks the provider, commits the outcome.',
  'src/payments/infra/payments.ts': 'The rows of payments, with the key that the provider knows them by.',
  'src/payments/infra/provider/provider-calls.ts': 'Calls the provider behind retry, breaker, bulkhead and timeout.',
  'src/payments/infra/provider/sandbox-provider.ts': 'Stands for the provider: the card decides what happens.',
  'src/payments/infra/provider/sandbox-ledger.ts': "The provider's own books.",
  'src/shipments/shipments.contract.ts': '`CreateShipment`.',
  'src/shipments/features/create-shipment.ts': 'Enters the shipment that will be dispatched.',
  'src/shipments/infra/shipments.ts': 'The rows of shipments.',
  'src/orders/features/confirm-order.ts':
    'The last step: confirms the order, and forgets its address and payment token.',
  'src/orders/domain/checkout.ts': 'Decides whether the order can be confirmed: the pivot.',
  'src/orders/infra/now.ts': 'The time at which something is wanted of an order.',
};
