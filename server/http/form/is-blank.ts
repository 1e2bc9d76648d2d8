import type { FormFields } from '../../../web/presenters/form/form-fields.ts';

/** True when nothing at all was typed, chosen or uploaded under this name. */
export function isBlank(fields: FormFields, name: string): boolean {
  for (const [key, texts] of fields) {
    const below = key === name || /^[.[#]/.test(key.slice(name.length));
    if (!key.startsWith(name) || !below || key.endsWith('.rows')) continue;
    if (texts.some((text) => text.trim() !== '')) return false;
  }
  return true;
}
