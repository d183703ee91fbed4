// How the chapter in this page reads, in screens of so many pixels; see screens.py.
(screen) => {
  const article = document.querySelector("article");
  const start = article.querySelector("h1").getBoundingClientRect().top;
  const exercises = article.querySelector("section#exercises");
  const end = exercises.getBoundingClientRect().top;
  const last = article.getBoundingClientRect().bottom;

  const PICTURES =
    "figure img, figure svg, .cell_output img, .course-drawing, [data-explorable]";
  const boxes = [...article.querySelectorAll(PICTURES)]
    .map((each) => each.getBoundingClientRect())
    .filter((box) => box.height > 60 && box.width > 60 && box.top < end)
    .sort((a, b) => a.top - b.top);

  let [longest, bottom] = [0, start];
  for (const box of boxes) {
    longest = Math.max(longest, box.top - bottom);
    bottom = Math.max(bottom, box.bottom);
  }
  const code = [...article.querySelectorAll("div.cell_input")]
    .reduce((sum, cell) => sum + cell.getBoundingClientRect().height, 0);
  return {
    first_picture: ((boxes[0]?.top ?? end) - start) / screen,
    longest_without: Math.max(longest, end - bottom) / screen,
    before_exercises: (end - start) / screen,
    whole: (last - start) / screen,
    code: code / (last - start),
  };
}
