export { createRegisterClient, type RegisterClient } from './client.ts';
export { type RegisterView, registerView } from './view.ts';
