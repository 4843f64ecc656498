import { useEffect, useRef } from "react";
import "shelfmark";

/** React 19 sets properties of custom elements; events of custom elements are listened to by hand. */
export function Archive({ src, tags, onView, children }) {
  const element = useRef(null);
  useEffect(() => {
    const { current } = element;
    const told = (event) => onView?.(event.detail);
    current.addEventListener("shelfmark-statechange", told);
    return () => current.removeEventListener("shelfmark-statechange", told);
  }, [onView]);
  return (
    <shelfmark-archive ref={element} src={src} tags={tags}>
      {children}
    </shelfmark-archive>
  );
}
