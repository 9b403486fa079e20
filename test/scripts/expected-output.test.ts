import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mismatch } from '../../scripts/expected-output.ts'

describe('expected output', () => {
  it('is the output itself, but for space at the end', () => {
    assert.equal(mismatch('a\nb\n', { text: 'a\nb' }), undefined)
    assert.equal(mismatch('a\nc\n', { text: 'a\nb' }), 'line 2: expected «b», found «c»')
  })

  it('is as long as the output', () => {
    assert.equal(mismatch('a\nb', { text: 'a' }), 'expected the end, found «b»')
    assert.equal(mismatch('a', { text: 'a\nb' }), 'line 2: expected «b», found the end')
  })

  it('has … for any text in a line, and nothing else that is special', () => {
    assert.equal(mismatch('took 12.5 ms (a+b)', { text: 'took … ms (a+b)' }), undefined)
    assert.equal(mismatch('took 12.5 s', { text: 'took … ms' }), 'line 1: expected «took … ms», found «took 12.5 s»')
    assert.equal(mismatch('axb', { text: 'a.b' }), 'line 1: expected «a.b», found «axb»')
  })

  it('has a line of only … for any lines, or none', () => {
    assert.equal(mismatch('a\nx\ny\nb', { text: 'a\n…\nb' }), undefined)
    assert.equal(mismatch('a\nb', { text: 'a\n…\nb' }), undefined)
    assert.equal(mismatch('a\nb\nb\nc', { text: '…\nb\nc' }), undefined)
    assert.equal(mismatch('a\nb', { text: 'a\n…' }), undefined)
    assert.match(mismatch('a\nx', { text: 'a\n…\nb' }) ?? '', /^line 3: expected «b»/)
  })

  it('may come in any order, each line as often as it is expected', () => {
    assert.equal(mismatch('b\na', { text: 'a\nb', unordered: true }), undefined)
    assert.equal(mismatch('n 1\nn 2', { text: 'n …\nn 1', unordered: true }), undefined)
    assert.equal(mismatch('a\nz\nb', { text: 'b\na\n…', unordered: true }), undefined)
    assert.equal(mismatch('a\nb\nb', { text: 'a\nb', unordered: true }), 'found «b», which nobody expected')
    assert.equal(mismatch('a', { text: 'a\na', unordered: true }), 'expected «a» somewhere, found it nowhere')
  })
})
