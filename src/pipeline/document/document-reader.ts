import { readDocument, writeJson } from './json.ts'
import { type LineDocument, LineForm } from './line-form.ts'
import type { Fields } from './value.ts'

/** The files whose lines take turns in a batch are few. */
const MAX_FORMS = 4
/** A longer document is read as it is: its form would be kept, and a pattern could exhaust its stack. */
const MAX_FORM_CHARACTERS = 64 * 1024
/** So many forms that were used for no other document show that the next one will hardly be; then few are made. */
const MAX_USELESS = 16
const TRY_ONE_OF = 64

/** A document, and how it is written when it has been changed. */
export interface ReadDocument {
  readonly fields: Fields
  /** One line of JSON. Throws a ProcessingFault for a document that processors have nested too deep. */
  write(): string
}

/** Reads the documents of events. Neighbours are mostly alike, and what they have in common is read once. */
export class DocumentReader {
  /** The last used one first. */
  readonly #forms: LineForm[] = []
  #useless = 0

  /** Throws a ProcessingFault. */
  read(text: string): ReadDocument {
    const forms = text.length > MAX_FORM_CHARACTERS ? [] : this.#forms
    for (let i = 0; i < forms.length; i++) {
      const form = forms[i] as LineForm
      const document = form.read(text)
      if (document !== undefined) return this.#use(i, form, document)
    }
    const fields = readDocument(text)
    this.#learn(text, fields)
    return { fields, write: () => writeJson(fields) }
  }

  #use(at: number, form: LineForm, document: LineDocument): ReadDocument {
    this.#useless = 0
    if (at > 0) this.#forms.unshift(...this.#forms.splice(at, 1))
    return { fields: document.fields, write: () => form.write(document) }
  }

  #learn(text: string, fields: Fields): void {
    if (text.length > MAX_FORM_CHARACTERS) return
    if (this.#useless > MAX_USELESS && this.#useless++ % TRY_ONE_OF !== 0) return
    const form = LineForm.of(text, fields)
    if (form === undefined) return
    this.#useless++
    this.#forms.unshift(form)
    if (this.#forms.length > MAX_FORMS) this.#forms.pop()
  }
}
