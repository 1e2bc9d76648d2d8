/** What every form partial is given. */
interface CommonView {
  readonly partial: string;
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly strong: boolean;
  readonly optional: boolean;
  readonly hint: string;
  readonly error: string;
  /** Ids of the hint, the error and the counter, for `aria-describedby`. */
  readonly describedBy: string;
  readonly autofocus: boolean;
}

export interface TextView extends CommonView {
  readonly partial: 'partials/form/text';
  readonly type: 'text' | 'email';
  readonly value: string;
  readonly width: string;
  readonly inputmode: string;
  readonly autocomplete: string;
  readonly spellcheckOff: boolean;
  readonly prefix: string;
  /** The currency in words, for those who do not see its sign. */
  readonly unit: string;
}

export interface TextareaView extends CommonView {
  readonly partial: 'partials/form/textarea';
  readonly value: string;
  readonly rows: number;
  readonly maxLength: number | null;
}

interface OptionView {
  readonly id: string;
  readonly value: string;
  readonly text: string;
  readonly hint: string;
  readonly chosen: boolean;
  readonly autofocus: boolean;
}

export interface OptionsView extends CommonView {
  readonly partial: 'partials/form/radios' | 'partials/form/checkboxes' | 'partials/form/select';
  readonly inline: boolean;
  /** What is said when there is nothing to choose from. */
  readonly emptyText: string;
  readonly options: readonly OptionView[];
}

export interface ConfirmView extends CommonView {
  readonly partial: 'partials/form/confirm';
  readonly chosen: boolean;
}

interface DatePartView {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly width: string;
  readonly value: string;
  readonly inputmode: string;
  readonly wrong: boolean;
  readonly autofocus: boolean;
}

export interface DateView extends CommonView {
  readonly partial: 'partials/form/date';
  readonly parts: readonly DatePartView[];
}

export interface UploadView extends CommonView {
  readonly partial: 'partials/form/upload';
  readonly kept: { readonly hash: string; readonly name: string } | null;
  readonly accept: string;
  readonly maxBytes: number;
  readonly maxText: string;
}

export interface FieldsetView extends CommonView {
  readonly partial: 'partials/form/fieldset';
  readonly legendSize: string;
  readonly fields: readonly FieldView[];
}

interface ListRowView {
  readonly name: string;
  readonly title: string;
  readonly field: FieldView;
  readonly removable: boolean;
}

export interface ListView extends CommonView {
  readonly partial: 'partials/form/list';
  readonly legendSize: string;
  readonly count: number;
  readonly rows: readonly ListRowView[];
  readonly canAdd: boolean;
  readonly addText: string;
  readonly fullText: string;
}

export type FieldView =
  | TextView
  | TextareaView
  | OptionsView
  | ConfirmView
  | DateView
  | UploadView
  | FieldsetView
  | ListView;
