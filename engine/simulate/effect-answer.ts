import type { DocumentEffect, StartEffect } from '../effect.ts';
import type { EngineEvent } from '../scope.ts';

/** What comes back once a document has been drawn up, as the worker would bring it. */
export function documentMade(effect: DocumentEffect, made: number, at: string): EngineEvent {
  const { name, title, asked, awaited } = effect;
  // Stands for the hash of what would be rendered: another rendering, another manifest.
  const manifest = `manifest-${name}-${made}`;
  const document = {
    title,
    html: `${manifest}.html`,
    pdf: `${manifest}.pdf`,
    text: `${manifest}.txt`,
    manifest,
    at,
  };
  return { type: `effect.document.${name}`, manifest, document, asked, awaited };
}

/** What comes back once a child has been started. */
export function childStarted(effect: StartEffect, child: string): EngineEvent {
  const { name, workflow, linked } = effect;
  return { type: `effect.start.${name}`, child, workflow, title: workflow, linked };
}
