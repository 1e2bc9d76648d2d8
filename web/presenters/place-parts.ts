/** "Being signed; not in force yet" as the parts it is made of, each as it stands alone. */
export function placeParts(title: string): readonly string[] {
  return title
    .split('; ')
    .filter((part) => part !== '')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1));
}
