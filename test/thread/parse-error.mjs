import { registerErrors } from 'crossthread';

export class ParseError extends SyntaxError {
  line = 7;
}
registerErrors(ParseError);
