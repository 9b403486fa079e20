/**
 * The form of a value as bytes. It explains itself: the first byte says what kind of value follows.
 *
 *   first byte   value                                what follows it
 *   c0 … ff      an integer, 0 … 63
 *   80 … bf      a string of 0 … 63 chars < 256       the chars, a byte each
 *   40 … 7f      a plain object of shape 0 … 63       its values, in the order of the keys of the shape
 *   00 … 3f      one of the kinds below               as said there
 *
 *   #n       a varint                 value*n   n values
 *   f64      8 bytes                  u32       4 bytes, all numbers little-endian
 *   key      a value that is a string
 *
 * Shapes: the first object with these keys in this order brings them with it (OBJECT) and gives them the next number, from 0.
 * Objects that can be met again are numbered too, from 0 in the order of their first bytes; SEEN is one of them again. So cycles
 * and shared references arrive as they were. An object has its number before what is in it, and those marked * have one.
 * Both numberings hold for one message: no message needs another one to be read.
 */

/** The first byte of a message of its own. Another form of values gets another one. */
export const FORMAT = 0x01

/** Values that contain each other deeper than this are refused by the writer, and by the reader. */
export const MAX_DEPTH = 1_000

/** How much deeper than that the reference to an object may be, as it stands where the object does. */
export const REFERENCE_DEPTH = 8

/** Objects with more keys are taken for dictionaries, whose keys no other object shares. */
export const MAX_SHAPE_KEYS = 64

export const SMALL_INTEGER = 0xc0
export const SHORT_STRING = 0x80
export const SHAPED = 0x40
/** How many integers, lengths and shapes the first byte has room for. */
export const IN_FIRST_BYTE = 0x40

export const UNDEFINED = 0x00
export const NULL = 0x01
export const FALSE = 0x02
export const TRUE = 0x03
/** 32 bits: #zigzag */
export const INTEGER = 0x04
/** All other numbers, -0 and NaN too: f64 */
export const FLOAT = 0x05
/** #(2 · length + sign) and the bytes of the magnitude, the highest first */
export const BIGINT = 0x06
/** u32 length, chars < 256, a byte each */
export const LATIN1 = 0x08
/** u32 length, bytes; keeps lone surrogates */
export const UTF16 = 0x0a

/** #number of an object met before */
export const SEEN = 0x0c
/** #index of an attachment * */
export const SHARED_MEMORY = 0x0d
/** The plain reference of an object that travels by reference * */
export const REFERENCE = 0x0e
/** #index of an attachment that has moved with the message: an ArrayBuffer, a MessagePort, … * */
export const MOVED = 0x0f

/** #n key*n value*n * */
export const OBJECT = 0x10
/** #shape, value*n: for shapes from 64 on * */
export const SHAPED_FAR = 0x11
/** #n (key value)*n * */
export const DICTIONARY = 0x12
/** Before one of these three or 40 … 7f: that object has no prototype */
export const BARE = 0x13
/** #n value*n * */
export const ARRAY = 0x14
/** #n f64*n: an array of numbers * */
export const FLOATS = 0x18
/** #length #n (#index value)*n #m (key value)*m: with holes, or names beside the indices * */
export const ODD_ARRAY = 0x15
/** #n (value value)*n * */
export const MAP = 0x16
/** #n value*n * */
export const SET = 0x17

/** Before an object or array: it and all that is in it is frozen, and shared (shared.ts) */
export const SHARED = 0x19
/** #index of an attachment: something shared, as it is, in a message that does not leave its thread * */
export const SHARED_HERE = 0x1a

/** f64 * */
export const DATE = 0x20
/** source flags * */
export const REGEXP = 0x21
/** A primitive value; arrives as its object * */
export const BOXED = 0x22
/** text * */
export const URL_TEXT = 0x23
/** text * */
export const URL_PARAMS = 0x24
/** #n bytes; Node's Buffer * */
export const BUFFER = 0x25
/** #n bytes * */
export const ARRAY_BUFFER = 0x26
/** #n #most bytes * */
export const RESIZABLE_BUFFER = 0x27
/** #index of an attachment: an ArrayBuffer that was copied for this message, beside its bytes * */
export const ARRAY_BUFFER_BESIDE = 0x2a
/** type byte (its place in VIEW_NAMES, views.ts), #offset, #length, then its buffer as a value * */
export const VIEW = 0x28
/** The same without a length: it grows and shrinks with its buffer * */
export const TRACKING_VIEW = 0x29

/** class name, #n (flags key value)*n: see error-form.ts * */
export const ERROR = 0x30
/** The flags of a field */
export const ENUMERABLE = 1
export const INHERITED = 2
/** name message, then fields as for ERROR * */
export const DOM_EXCEPTION = 0x31
/** id of the codec, value that it wrote * */
export const INSTANCE = 0x34
