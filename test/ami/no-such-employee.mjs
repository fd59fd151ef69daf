/** What employees.mjs throws on purpose, and who calls it may catch. */
import { registerErrors } from 'crossthread';
import { UserException } from 'crossthread/ami';

export class NoSuchEmployee extends UserException {
  number = 0;

  static of(/** @type {number} */ number) {
    const error = new this(`nobody has the number ${number}`);
    error.number = number;
    return error;
  }
}
registerErrors(NoSuchEmployee);
